// A part of a page that looks at itself again: [data-refresh] is its address. It never takes the focus, nor a table out
// of somebody's hand, and says so when nobody answers.

const AGAIN_MS = 20_000;
const OFTEN_MS = 2_000;
const dialog = document.getElementById("dialogue");

const parts = () => [...document.querySelectorAll("[data-refresh]")];

async function look(part) {
  if (document.hidden || dialog.open || part.contains(document.activeElement)) return;
  try {
    const headers = { "HX-Request": "true", "AMH-Background": "1" };
    const answer = await fetch(part.dataset.refresh, { cache: "no-store", headers });
    if (!answer.ok || answer.redirected) return showAge(part);
    replace(part, await answer.text());
  } catch {
    showAge(part);
  }
}

function replace(part, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(part.id);
  if (!fresh || dialog.open || !part.isConnected) return;
  const opened = part.querySelector("details")?.open;
  part.replaceWith(fresh);
  htmx.process(fresh);
  if (opened) fresh.querySelector("details")?.setAttribute("open", "");
}

function showAge(part) {
  const age = part.querySelector("[data-age]");
  if (!age || age.dataset.state === "stale") return;
  const time = age.textContent.match(/\d{1,2}:\d{2}/)?.[0] ?? "";
  age.textContent = age.dataset.stale.replace("{time}", time);
  age.dataset.state = "stale";
}

const isOften = (part) => "often" in part.dataset;

setInterval(() => parts().filter((part) => !isOften(part)).forEach(look), AGAIN_MS);
setInterval(() => parts().filter(isOften).forEach(look), OFTEN_MS);
document.addEventListener("visibilitychange", () => parts().forEach(look));
