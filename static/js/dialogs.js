// The one dialog of the page: what htmx puts into #dialogue opens it, an empty answer closes it.
// Nothing typed is ever lost: a refusal or a failure is written into the form that was sent.

const dialog = document.getElementById("dialogue");
const REFUSALS = [403, 404, 409];
const LOGGED_OUT = 401;
const FIRST_PLACES = [
  "[aria-invalid=true]",
  "[autofocus]",
  ".dialog-body :is(a[href], button:enabled, select, textarea, input:not([type=hidden]))",
  "h2",
];

function open() {
  const content = dialog.querySelector("[data-card]");
  if (content) dialog.dataset.card = content.dataset.card;
  if (!dialog.open) dialog.showModal();
  FIRST_PLACES.map((place) => dialog.querySelector(place)).find(Boolean)?.focus();
}

// A letter typed on the board presses the button that bears it in the menu, or shows why it is refused.
function follow() {
  const letter = dialog.dataset.key;
  delete dialog.dataset.key;
  if (!letter) return;
  const button = dialog.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (button && !button.disabled) return button.click();
  const reason = button && dialog.querySelector(`[data-reason="${CSS.escape(button.dataset.act)}"]`);
  reason?.closest("details")?.setAttribute("open", "");
  (reason ?? dialog.querySelector("h2"))?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  if (dialog.childElementCount) open();
  else dialog.close();
});

// Before it has settled, htmx does not know the buttons it brought: a press would leave the page.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target === dialog) follow();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig, serverResponse } = event.detail;
  const form = requestConfig.elt.closest("form[data-keep]");
  if (!form || !REFUSALS.includes(xhr.status) || serverResponse.includes("data-keep")) return;
  event.detail.target = form.querySelector("[data-notice]");
  event.detail.selectOverride = ".refusal";
});

function tellFailure(event) {
  delete dialog.dataset.key;
  const { elt: sender, xhr } = event.detail;
  const words = xhr?.status === LOGGED_OUT ? "session-finie" : "sans-reponse";
  const notice = document.getElementById(words).content.cloneNode(true);
  notice.querySelector("[data-retry]").addEventListener("click", () => resend(sender));
  const slot = (sender.closest("form[data-keep]") ?? dialog.querySelector("form[data-keep]"))?.querySelector("[data-notice]");
  if (slot) slot.replaceChildren(notice.querySelector(".notice"));
  else dialog.replaceChildren(notice);
  if (!dialog.open) dialog.showModal();
  (slot ?? dialog).querySelector(".notice :is(a, button)").focus();
}

function resend(sender) {
  if (sender instanceof HTMLFormElement) sender.requestSubmit();
  else sender.click();
}

// The token of the form dies with the session in which it was drawn; the cookie holds that of today's.
document.addEventListener("htmx:configRequest", (event) => {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (cookie && event.detail.verb === "post") event.detail.parameters.csrfmiddlewaretoken = cookie[1];
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, tellFailure);
}

// The event comes late: by then a quick hand may have opened the next card.
dialog.addEventListener("close", () => {
  if (dialog.open) return;
  const id = dialog.dataset.card;
  delete dialog.dataset.card;
  dialog.replaceChildren();
  if (id) document.getElementById(id)?.querySelector(".card-open")?.focus();
  document.dispatchEvent(new CustomEvent("amh:dialog-closed", { detail: id }));
});
