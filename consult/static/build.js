// The builder: what is typed saves itself, the preview follows, and two people who write see each other.
// Without this module every page works with its buttons.

const PAUSE = 1200; // milliseconds without a key before saving
const PRESENCE = 20_000;
const bar = document.querySelector("[data-survey]");
const savedLine = bar?.querySelector("[data-saved]");
const form = document.querySelector("form[data-autosave]");

let timer = 0;
let isDirty = false;
let isStopped = false; // somebody else was first: the person decides
let inFlight = null;

function say(text, isWrong = false) {
  if (!savedLine) return;
  savedLine.textContent = text;
  savedLine.parentElement.classList.toggle("is-wrong", isWrong);
}

function content() {
  const data = new FormData(form);
  form.querySelectorAll("[data-by-hand]").forEach((each) => data.delete(each.name));
  data.set("do", "autosave");
  return data;
}

function changed(event) {
  if (isStopped || event.target.matches("[data-by-hand]")) return;
  isDirty = true;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function save() {
  clearTimeout(timer);
  if (!isDirty || isStopped) return inFlight ?? Promise.resolve();
  if (inFlight) return inFlight.then(save);
  isDirty = false;
  say(form.dataset.saving);
  inFlight = send().finally(() => { inFlight = null; });
  return inFlight;
}

async function send() {
  try {
    const answer = await fetch(form.action, { method: "POST", body: content(), redirect: "error" });
    take(await answer.json());
  } catch {
    isDirty = true;
    say(form.dataset.failed, true);
    timer = setTimeout(save, PRESENCE);
  }
}

function take(answer) {
  if (answer.saved) {
    form.elements.seen.value = answer.seen;
    for (const [list, codes] of Object.entries(answer.codes)) {
      codes.forEach((code, at) => { form.elements[`${list}.${at}.code`].value = code; });
    }
    for (const seen of form.querySelectorAll("[name$='show_if.seen']")) {
      seen.value = form.elements[seen.name.slice(0, -".seen".length)].value;
    }
    say(form.dataset.said.replace("{time}", answer.at));
    refresh();
  } else if (answer.conflict) {
    isStopped = true;
    say(form.dataset.conflict, true);
  } else {
    say(Object.values(answer.errors ?? {})[0] ?? answer.sentence, true);
  }
}

function refresh() {
  const frame = document.querySelector("[data-frame]");
  if (frame) frame.src = frame.src; // the same address, drawn anew
}

// Whatever is sent waits for what is being saved, so that nobody is in conflict with themselves.
function hold(event) {
  const sent = event.target;
  if (sent === form) {
    clearTimeout(timer);
    isDirty = false;
  }
  if (!inFlight && !isDirty) return;
  event.preventDefault();
  save().then(() => { isDirty = false; sent.requestSubmit(event.submitter); });
}

function leave() {
  if (form && isDirty && !isStopped) fetch(form.action, { method: "POST", body: content(), keepalive: true });
}

async function meet() {
  if (document.visibilityState !== "visible") return;
  const body = new URLSearchParams({ csrf_token: bar.dataset.token, place: bar.dataset.place });
  try {
    const answer = await (await fetch(bar.dataset.presence, { method: "POST", body, redirect: "error" })).json();
    const others = bar.querySelector("[data-others]");
    if (others.textContent !== answer.said) others.textContent = answer.said;
    if (form && answer.seen && !inFlight && !isDirty && !isStopped && answer.seen !== form.elements.seen.value) {
      isStopped = true;
      say(form.dataset.conflict, true);
    }
  } catch {
    // no network: it is asked again
  }
}

// After a move the same button has the focus again, so that pressing it twice moves twice.
function keepFocus() {
  const outline = document.querySelector("[data-outline]");
  const here = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const verb = sessionStorage.getItem("consult-moved");
  sessionStorage.removeItem("consult-moved");
  if (outline && here && verb) {
    const buttons = [...here.querySelectorAll(".acts-of button")];
    const next = buttons.find((each) => each.value.startsWith(`${verb}:`) && !each.disabled) ?? buttons.find((each) => !each.disabled);
    addEventListener("load", () => setTimeout(() => next?.focus())); // the browser first goes to the anchor
  }
  outline?.addEventListener("submit", (event) => {
    const moved = event.submitter?.value.split(":")[0];
    if (moved === "up" || moved === "down") sessionStorage.setItem("consult-moved", moved);
  });
}

function choosePreview(event) {
  const link = event.target.closest("[data-preview]");
  if (!link) return;
  event.preventDefault();
  document.querySelectorAll("[data-preview]").forEach((each) => each.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  document.querySelector("[data-frame]").src = link.dataset.preview;
}

if (bar) {
  meet();
  setInterval(meet, PRESENCE);
  keepFocus();
  document.addEventListener("click", choosePreview);
}
if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("submit", hold);
  addEventListener("pagehide", leave);
}
