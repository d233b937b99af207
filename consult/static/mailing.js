// Sending: the page follows how far it is. Without this module a link shows it.

const SECOND = 1000;
const place = () => document.querySelector("[data-sending]");

async function look() {
  if (!place()?.hasAttribute("data-active")) return;
  const link = place().querySelector(".refresh");
  let wait = 2 * SECOND;
  try {
    const answer = await fetch(place().dataset.sending, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-sending]");
    if (!fresh.hasAttribute("data-active")) return end(fresh);
    show(fresh);
    if (link) link.hidden = true;
  } catch {
    wait = 8 * SECOND; // the network is away, or the session has ended: there is still the link
    if (link) link.hidden = false;
  }
  setTimeout(look, wait);
}

// Only the numbers change while it goes on: whoever stands on the button stays there.
function show(fresh) {
  for (const chosen of ["progress", "p", "[role=status]"]) {
    const [before, now] = [place().querySelector(chosen), fresh.querySelector(chosen)];
    if (before && now && chosen === "progress") before.value = now.value;
    else if (before && now && before.textContent !== now.textContent) before.textContent = now.textContent;
  }
}

// It ended: the list below changed too, so the page is fetched anew unless somebody is writing in it.
function end(fresh) {
  const isBusy = document.activeElement?.matches("input, select, textarea");
  if (isBusy) place().replaceWith(document.adoptNode(fresh));
  else location.reload();
}

look();
