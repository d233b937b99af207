// A board of themes: who else has it open, whether it has changed, and all boxes of a page at once.
// Without this module everything works: whoever decides on what has changed is told by the server.

const EVERY = 20_000;
const form = document.querySelector("form.presence");
const here = document.querySelector("[data-here]");
const again = document.querySelector("[data-again]");

async function look() {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!answer.ok) return; // signed out, or the server is away: the page still works
    const { said, revision, told } = await answer.json();
    const hasChanged = revision > Number(form.dataset.revision);
    again.hidden = !hasChanged;
    const now = [said, ...(hasChanged ? [form.dataset.changed, told] : [])].filter(Boolean).join(" ");
    if (here.textContent !== now) here.textContent = now; // said once, not every twenty seconds
  } catch {
    // the network is away: the next look may arrive
  }
}

if (form && here) {
  look();
  setInterval(() => { if (!document.hidden) look(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = all.closest("form").querySelectorAll("input[name='said']");
  all.closest("p").hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
}
