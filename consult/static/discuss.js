/**
 * Discussions: a counter while one writes, one sending for two clicks, and keys for the reactions and the queue.
 *
 * The pages work without this. Keys act only while the statement itself has the focus, never while somebody types.
 */

const TYPING_PAUSE = 1000; // milliseconds

class Counter {
  constructor(area) {
    this.area = area;
    this.most = Number(area.dataset.count);
    this.seen = area.parentElement.querySelector(".counter");
    this.heard = document.createElement("p");
    this.heard.className = "visually-hidden";
    this.heard.setAttribute("role", "status");
    area.parentElement.append(this.heard);
    area.addEventListener("input", () => this.count(true));
    window.addEventListener("pageshow", () => this.count(false)); // a browser may put earlier words back
    this.count(false);
  }

  count(isSaid) {
    clearTimeout(this.timer);
    const text = this.area.value.replace(/\s+/g, " ").trim();
    const left = this.most - [...text].length; // as the server counts: signs, spaces once
    const sentence = left < 0 ? this.seen.dataset.over : this.seen.dataset.left;
    this.seen.textContent = sentence.replace("{left}", left).replace("{over}", -left);
    this.seen.classList.toggle("is-over", left < 0);
    if (isSaid && left <= 40) this.timer = setTimeout(() => { this.heard.textContent = this.seen.textContent; }, TYPING_PAUSE);
  }
}

for (const area of document.querySelectorAll("textarea[data-count]")) new Counter(area);

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
// a page that comes back from the browser's memory can be sent again
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select");
}

const card = document.querySelector(".card");
const reactions = card?.querySelector("form[data-keys]");
card?.addEventListener("keydown", (event) => {
  const button = reactions?.querySelector(`button[aria-keyshortcuts="${event.key}"]`);
  if (button && !isTyping(event)) button.click();
});

const queue = document.querySelector("[data-queue]");
const statements = [...document.querySelectorAll("[data-statement]")];
if (queue && statements.length) {
  const help = document.querySelector("[data-keys-help]");
  if (help) help.hidden = false;
  queue.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const here = document.activeElement.closest?.("[data-statement]");
    if (!here) return;
    if (event.key === "j" || event.key === "k") {
      const to = statements.indexOf(here) + (event.key === "j" ? 1 : -1);
      statements[Math.max(0, Math.min(to, statements.length - 1))].focus();
      event.preventDefault();
      return;
    }
    const act = here.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!act) return;
    event.preventDefault();
    if (act.tagName === "BUTTON") { act.click(); return; }
    act.open = true;
    act.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
}
