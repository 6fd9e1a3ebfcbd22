// Parts of the page that are drawn anew: whoever has some tells so by "amh:parts"; each replaces its twin by id.

const dialog = document.getElementById("dialogue");
const held = new Map();

document.addEventListener("amh:parts", ({ detail: html }) => {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const element of [...box.content.children]) take(element);
});

function take(element) {
  document.dispatchEvent(new CustomEvent("amh:received", { detail: element }));
  if (dialog?.open && dialog.dataset.card === element.id) return hold(element);
  held.delete(element.id);
  replace(element);
}

// The card whose dialog is open stays as it is under the person's eyes, and says that it changed.
function hold(element) {
  const changed = document.getElementById(element.id);
  if (changed && !held.has(element.id)) {
    changed.dataset.changed = "";
    changed.append(document.getElementById("carte-modifiee").content.cloneNode(true));
  }
  held.set(element.id, element);
  dialog.querySelector("[data-changed-note]")?.removeAttribute("hidden");
  document.dispatchEvent(new CustomEvent("amh:held", { detail: changed }));
}

function replace(element) {
  const old = document.getElementById(element.id);
  if (!old) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(element);
  window.htmx?.process(element);
  document.dispatchEvent(new CustomEvent("amh:replaced", { detail: { element, old } }));
  if (focused) keepFocus(twin(focused, old, element), element);
}

// A filter hides what does not match, unless it holds the focus: it must be seen for a moment to take it.
function keepFocus(target, element) {
  element.dataset.kept = "";
  target.focus({ preventScroll: true });
  delete element.dataset.kept;
}

function twin(focused, old, element) {
  if (focused === old) return element;
  const same = focused.id ? `#${CSS.escape(focused.id)}` : `[href="${CSS.escape(focused.getAttribute("href") ?? "")}"]`;
  return element.querySelector(same) ?? element.querySelector("a, button") ?? element;
}

document.addEventListener("amh:dialog-closed", () => {
  for (const element of held.values()) replace(element);
  held.clear();
});
