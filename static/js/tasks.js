// The list of tasks: arrows walk it, one letter acts on the task that has the focus, and it looks again by itself.
// Looking is nobody's presence: the server is told so, and the person's place and focus stay where they are.

const AGAIN_MS = 30_000;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const UNDO = "a";

const list = () => document.getElementById("taches");
const tasks = () => [...list().querySelectorAll(".task[id]")];
const dialog = document.getElementById("dialogue");

let place = 0;

function walk(step) {
  const all = tasks();
  const here = all.indexOf(document.activeElement?.closest(".task[id]"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const from = key === UNDO ? document.getElementById("annonces") : document.activeElement?.closest(".task[id]");
  const button = from?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

document.addEventListener("amh:key", (event) => {
  if (event.detail in STEPS) walk(STEPS[event.detail]);
  else if (!press(event.detail)) return;
  event.preventDefault();
});

// The task that was acted on may be gone: the focus then goes to the one that took its place.
document.addEventListener("htmx:beforeSwap", () => {
  const here = document.activeElement?.closest(".task[id]");
  if (here) place = tasks().indexOf(here);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "taches" || document.activeElement !== document.body) return;
  const all = tasks();
  all[Math.min(place, all.length - 1)]?.focus();
});

async function look() {
  if (document.hidden || dialog.open || list().querySelector(".htmx-request")) return;
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true", "AMH-Background": "1" } });
    if (!answer.ok || answer.redirected) return showAge();
    replace(await answer.text());
  } catch {
    showAge();
  }
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("taches");
  if (!fresh || dialog.open) return;
  const focused = document.activeElement?.id;
  const opened = list().querySelector("details")?.open;
  list().replaceWith(fresh);
  htmx.process(fresh);
  if (opened) fresh.querySelector("details")?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function showAge() {
  const age = list().querySelector("[data-age]");
  if (age.dataset.state === "stale") return;
  const time = age.textContent.match(/\d{1,2}:\d{2}/)?.[0] ?? "";
  age.textContent = age.dataset.stale.replace("{time}", time);
  age.dataset.state = "stale";
}

setInterval(look, AGAIN_MS);
document.addEventListener("visibilitychange", look);
