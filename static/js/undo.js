// The key u takes the last act back: by the message that is still on the screen, else by the list of one's own acts.

const KEY = "u";

function undo() {
  const button = document.querySelector("#annonces .notice form button");
  if (button) return button.click();
  document.querySelector("[data-deeds]")?.click();
}

document.addEventListener("amh:key", (event) => {
  if (event.detail !== KEY || event.defaultPrevented) return;
  event.preventDefault();
  undo();
});
