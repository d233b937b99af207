// Finding themes: the page follows what runs. Without this module a link refreshes it.

const SECOND = 1000;
const AWAY = 5 * SECOND;

const watched = () => document.querySelector("[data-watch]");

async function look() {
  const place = watched();
  if (!place?.hasAttribute("data-active")) return;
  byHand(false);
  let wait = SECOND;
  try {
    const answer = await fetch(place.dataset.watch, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const searches = await answer.json();
    if (searches.some(differs)) await renew();
    else searches.forEach(show);
  } catch {
    wait = AWAY; // the network or the server is away, or the session has ended: there is still the link
    byHand(true);
  }
  setTimeout(look, wait);
}

// The link that refreshes is for when this module does not.
function byHand(isShown) {
  const link = document.querySelector(".refresh");
  if (link) link.hidden = !isShown;
}

const part = (search) => document.querySelector(`[data-question="${CSS.escape(search.question)}"]`);

function differs(search) {
  const shown = part(search)?.dataset;
  return shown?.state !== search.state || shown?.stuck !== (search.stuck ? "yes" : "no");
}

function show(search) {
  const bar = part(search).querySelector("progress");
  if (!bar) return;
  bar.value = search.share;
  part(search).querySelector("[data-words]").textContent = search.words;
}

// Something began or ended: the page is fetched anew, and whoever stood on a button that is gone stands on its question.
async function renew() {
  const answer = await fetch(location.pathname, { redirect: "error" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-watch]");
  if (!answer.ok || !fresh) throw new Error("not the page");
  const question = document.activeElement?.closest("[data-question]")?.dataset.question;
  const ended = [...fresh.querySelectorAll("[data-question]")].filter((now) => {
    const before = document.querySelector(`[data-question="${CSS.escape(now.dataset.question)}"]`);
    return before && isActive(before) && !isActive(now);
  });
  watched().replaceWith(document.adoptNode(fresh));
  byHand(false);
  // "It goes on", says the sentence at the top: not any more.
  if (!fresh.hasAttribute("data-active")) document.querySelectorAll(".done").forEach((said) => said.remove());
  if (question) document.querySelector(`[data-question="${CSS.escape(question)}"] h2`)?.focus();
  const said = ended.map((now) => `${now.querySelector("h2").textContent.trim()} ${outcome(now)}`).join(" ");
  setTimeout(() => { fresh.querySelector("[data-announce]").textContent = said; }, 100);
}

const isActive = (section) => ["queued", "running"].includes(section.dataset.state);
const outcome = (section) => (section.querySelector(".trouble") ?? section.querySelector(".facts")).textContent.replace(/\s+/g, " ").trim();

look();
