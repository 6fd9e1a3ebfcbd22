// Lists chosen by typing. A browser settles on the nearest choice: « 246 » would give 242 without a word.
// Here what is typed must begin a choice, or the list goes back to empty and says so.

const dialog = document.getElementById("dialogue");
const PAUSE_MS = 1500;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase().trim();

let typed = "";
let typedAt = 0;

const matches = (list) => [...list.options].filter((option) => option.value && plain(option.text).startsWith(plain(typed)));

function tell(list, count) {
  const words = document.getElementById("choix").content.querySelector(`[data-count="${Math.min(count, 2)}"]`);
  let place = list.parentElement.querySelector("[data-typed]");
  if (!place) {
    place = Object.assign(document.createElement("p"), { className: "help" });
    place.dataset.typed = "";
    place.setAttribute("role", "status");
    list.after(place);
  }
  place.textContent = words && typed ? words.textContent.replace("{typed}", typed).replace("{count}", count) : "";
}

function type(list, letter) {
  if (Date.now() - typedAt > PAUSE_MS) typed = "";
  typed += letter;
  typedAt = Date.now();
  const found = matches(list);
  list.value = found[0]?.value ?? "";
  tell(list, found.length);
}

// Enter says yes from any field, a list too: an hour has six places for the tab key before the button.
// After letters that several choices share, it does not: the first of them may be the wrong one.
function send(event) {
  event.preventDefault();
  const isList = event.target instanceof HTMLSelectElement;
  if (isList && typed && matches(event.target).length > 1 && !chosenByName(event.target)) return;
  typed = "";
  event.target.form.requestSubmit();
}

const chosenByName = (list) => plain(list.selectedOptions[0]?.text ?? "") === plain(typed);

dialog.addEventListener("keydown", (event) => {
  if (!event.target.matches("form[data-keep] :is(select, input)")) return;
  if (event.key === "Enter") return send(event);
  if (!(event.target instanceof HTMLSelectElement) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) {
    event.preventDefault();
    type(event.target, event.key);
  } else if (event.key.startsWith("Arrow") || event.key === "Backspace") {
    typed = "";
    if (event.key === "Backspace") event.target.value = "";
    tell(event.target, 1);
  }
});

// In the menu of a bed, the letters on its buttons press them.
dialog.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input, textarea")) return;
  const button = dialog.querySelector(`[data-key="${CSS.escape(event.key)}"]:enabled, a[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
