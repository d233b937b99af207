// The screen for coding: a key for each theme and each act, and one sending for two clicks. The page works without it.
// Keys act only while the heading or the form has the focus, never while somebody writes a note.

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

class Screen {
  constructor(place) {
    this.place = place;
    this.note = place.querySelector("[data-note]");
    this.save = place.querySelector("[data-save]");
    place.querySelector("[data-keys-help]").hidden = false;
    place.addEventListener("keydown", (event) => this.press(event));
    if (!document.querySelector("[autofocus]")) place.querySelector("h1").focus({ preventScroll: true });
  }

  press(event) {
    const isWriting = event.target.closest("textarea, summary, a") !== null;
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.key === "Enter" && !event.target.closest("button")) this.act(event, this.save);
    else if (event.key === "m") this.write(event);
    else this.act(event, this.place.querySelector(`[data-key="${CSS.escape(event.key)}"]`));
  }

  act(event, part) {
    if (!part) return;
    event.preventDefault();
    part.click();
    if (part.type === "checkbox") part.focus({ preventScroll: false });
  }

  write(event) {
    event.preventDefault();
    this.note.open = true;
    this.note.querySelector("textarea").focus();
  }
}

const place = document.querySelector("[data-coding]");
if (place) new Screen(place);
