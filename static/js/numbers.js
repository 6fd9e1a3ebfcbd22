// The numbers of the board: each is the sum of those of the heads of its units, which the server counted. The page never
// counts beds itself. What lasts is counted from the server's clock, which the stream tells: that of the desk may be wrong.

const board = document.getElementById("plan");
const TICK_MS = 20_000;
const HOUR = 60;
const DAY = 24 * HOUR;
let held = null;
let ahead = (Date.parse(document.querySelector("main").dataset.at) || Date.now()) - Date.now();

const heads = () => [...board.querySelectorAll("[data-unit-head]")];
const signed = (number) => (number > 0 ? `+${number}` : String(number).replace("-", "−"));

function recount() {
  const all = heads();
  const sum = (name) => all.reduce((total, head) => total + Number(head.getAttribute(`data-n-${name}`)), 0);
  for (const counter of document.querySelectorAll("[data-count]")) {
    const number = sum(counter.dataset.count);
    counter.textContent = "sign" in counter.dataset ? signed(number) : number;
    if ("sign" in counter.dataset) counter.dataset.sign = number < 0 ? "short" : "enough";
    counter.closest("[data-loud]")?.classList.toggle("loud", number > 0);
  }
  for (const part of document.querySelectorAll("[data-hide-zero]")) part.hidden = sum(part.dataset.hideZero) === 0;
  const oldest = document.querySelector("[data-oldest]");
  if (oldest) sinceOldest(oldest, all);
  const waiting = document.getElementById("attente");
  if (waiting) listWaiting(waiting);
  tick();
}

function sinceOldest(part, all) {
  const moments = all.map((head) => head.dataset.cleaningSince).filter(Boolean);
  const first = moments.sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  part.hidden = !first;
  if (first) part.querySelector("time").dateTime = first;
}

// Those of every unit who are owed a bed, the longest wait first: the names are those of the heads.
function listWaiting(list) {
  const people = [...board.querySelectorAll('[data-list="waiting"] li')];
  people.sort((a, b) => Date.parse(a.dataset.since) - Date.parse(b.dataset.since));
  const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const lines = people.map(line);
  list.replaceChildren(...(lines.length ? lines : [nobody(list)]));
  window.htmx?.process(list);
  if (focused) (list.querySelector(`[href="${CSS.escape(focused)}"]`) ?? list.closest(".panel").querySelector("a"))?.focus();
}

function line(person) {
  const element = document.createElement("li");
  element.dataset.stay = person.dataset.stay;
  const unit = document.createElement("span");
  unit.textContent = person.closest(".unit").querySelector(".unit-title h2").textContent;
  const time = document.createElement("time");
  time.dateTime = person.dataset.since;
  time.dataset.elapsed = "";
  element.append(person.querySelector("a").cloneNode(true), " ", unit, " ", time);
  return element;
}

function nobody(list) {
  const element = document.createElement("li");
  element.textContent = list.dataset.empty;
  return element;
}

function tick() {
  if (held === null && !document.querySelector("main[data-live]")) return;
  const now = held ?? Date.now() + ahead;
  for (const time of document.querySelectorAll("time[data-elapsed]")) {
    const words = length(Math.max(Math.floor((now - Date.parse(time.dateTime)) / 60_000), 0));
    if (time.textContent !== words) time.textContent = words;
  }
}

function length(minutes) {
  if (minutes < HOUR) return `${minutes} min`;
  if (minutes < DAY) return `${Math.floor(minutes / HOUR)} h ${String(minutes % HOUR).padStart(2, "0")}`;
  return `${Math.floor(minutes / DAY)} ${document.documentElement.lang === "fr" ? "j" : "d"}`;
}

// The strip keeps every unit, also those that the zoom leaves out of the board below.
function recountStrip(head) {
  const tiles = [...document.querySelectorAll("[data-tile]")];
  const tile = tiles.find((candidate) => candidate.dataset.tile === head.dataset.unitHead);
  const number = (name) => Number(head.getAttribute(`data-n-${name}`));
  if (tile) fill(tile, { free: number("free"), taken: number("taken"), open: number("open"), tonight: number("tonight") });
  const whole = tiles.find((candidate) => candidate.dataset.tile === "");
  const rest = tiles.filter((candidate) => candidate !== whole);
  const total = (name) => rest.reduce((all, one) => all + Number(one.dataset[name]), 0);
  if (whole) fill(whole, { free: total("free"), taken: total("taken"), open: total("open"), tonight: total("tonight") });
}

function fill(tile, { free, taken, open, tonight }) {
  Object.assign(tile.dataset, { free, taken, open, tonight });
  const number = tile.querySelector(".unit-free b");
  number.textContent = free;
  number.parentElement.dataset.value = free;
  tile.querySelector(".unit-load b").textContent = `${taken}/${open}`;
  const balance = tile.querySelector(".unit-tonight");
  if (!balance) return;
  balance.textContent = signed(tonight);
  balance.dataset.sign = tonight < 0 ? "short" : "enough";
}

document.addEventListener("amh:received", ({ detail: element }) => {
  if (element.dataset.unitHead !== undefined) recountStrip(element);
});
document.addEventListener("amh:replaced", ({ detail: { element } }) => {
  if (element.dataset.unitHead !== undefined) recount();
});
document.addEventListener("amh:beat", ({ detail: { at } }) => { ahead = Date.parse(at) - Date.now(); });
// Another moment is shown: what lasts is counted up to it.
document.addEventListener("amh:moment", ({ detail: at }) => { held = at; });
setInterval(tick, TICK_MS);
tick();
