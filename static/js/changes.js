// What changes while its dialog is open: who did it, what and when is asked for, and written into the dialog and the card.

const dialog = document.getElementById("dialogue");
const QUIETLY = { "HX-Request": "true", "AMH-Background": "1" };

// Without an answer, that somebody did is all there is to say.
async function tell(card) {
  const note = dialog.querySelector("[data-changed-note]");
  if (!note) return;
  try {
    const answer = await fetch(note.dataset.changedNote, { headers: QUIETLY });
    if (answer.status === 200) write(note, card, await answer.text());
  } catch {
    // the line is down: the top of the page says so
  }
}

function write(note, card, html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const [sentence, badge] = ["sentence", "badge"].map((name) => box.content.querySelector(`[data-${name}]`).textContent);
  note.querySelector("[data-author]").textContent = sentence;
  note.hidden = false;
  const mark = card?.querySelector(".changed");
  if (mark) mark.textContent = badge;
}

document.addEventListener("amh:held", ({ detail: card }) => tell(card));

// Who lies in no bed has no card: the head of their unit tells that something changed there, be it for somebody else.
document.addEventListener("amh:received", ({ detail: { id } }) => {
  if (dialog.open && dialog.querySelector(`[data-watch="${CSS.escape(id)}"]`)) tell();
});
