// The page of the team by keyboard: arrows walk the units, a letter presses the button of the unit in focus.

const list = document.querySelector("[data-teams]");
const KEYS = { j: "take-over", c: "give" };

const names = () => [...list.querySelectorAll(".team h2 a")];
const focused = () => document.activeElement?.closest(".team");

function walk(step) {
  const links = names();
  const here = links.findIndex((link) => focused()?.contains(link));
  links[Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
}

document.addEventListener("amh:key", (event) => {
  const act = KEYS[event.detail];
  const button = act && focused()?.querySelector(`[data-act="${act}"]`);
  if (event.detail === "ArrowDown") walk(1);
  else if (event.detail === "ArrowUp" && focused()) walk(-1);
  else if (button) button.click();
  else return;
  event.preventDefault();
});
