// Import: the file that was checked stays in this page, so that nobody has to choose it twice.
// Without this module the confirmation asks for the file again, and everything works.

const MAIN = "#main";

function listen() {
  const form = document.querySelector("form[data-import]");
  form?.addEventListener("submit", (event) => {
    const file = form.elements.file.files[0];
    if (!file || form.dataset.plain) return;
    event.preventDefault();
    check(form, file);
  });
}

async function check(form, file) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector(MAIN);
    if (!main) throw new Error("not a page");
    show(page, main, file);
  } catch {
    form.dataset.plain = "1"; // as a browser does it without us: it shows what is wrong
    button.removeAttribute("aria-disabled");
    form.requestSubmit(button);
  }
}

function show(page, main, file) {
  document.title = page.title;
  document.querySelector(MAIN).replaceWith(document.adoptNode(main));
  bring(main, file);
  listen();
  const first = main.querySelector("[autofocus]") ?? main.querySelector("h1");
  first.setAttribute("tabindex", "-1");
  first.focus();
  window.scrollTo(0, 0);
}

function bring(main, file) {
  const input = main.querySelector("form[data-confirm] input[type=file]");
  if (!input) return;
  const carried = new DataTransfer();
  carried.items.add(file);
  input.files = carried.files;
  input.closest("[data-choose-again]").hidden = input.files.length === 1;
}

listen();
