// Copying an address: a button beside each, which is only shown where it can work.

const section = document.querySelector("[data-addresses]");

function listen(button) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const address = document.getElementById(button.dataset.copy);
  const said = section.querySelector("[data-said]");
  said.textContent = "";
  try {
    await navigator.clipboard.writeText(address.textContent);
    said.textContent = button.dataset.copied;
  } catch {
    document.getSelection().selectAllChildren(address); // not allowed to: ready for the keyboard
  }
}

if (section && navigator.clipboard) section.querySelectorAll("[data-copy]").forEach(listen);
