// The page that asks for the code: when another tab is given it, this one goes on as well.

const page = document.querySelector("[data-unlock]");

new BroadcastChannel("amh.lock").addEventListener("message", async ({ data }) => {
  if (data !== "open") return;
  const answer = await fetch(page.dataset.state, { cache: "no-store", headers: { "HX-Request": "true", "AMH-Background": "1" } });
  if (!answer.ok || !(await answer.json()).locked) location.replace(page.dataset.unlock);
});
