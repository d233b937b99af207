// The board follows what arrives, while somebody looks at it. Without this module a link counts again.

const MOST_FAILURES = 4;
const board = document.getElementById("board");
const every = Number(board?.dataset.every) * 1000;
let last = Date.now();
let failures = 0;

// Not under the hands of whoever stands on a link or in a table: the numbers wait until they have gone on.
const isInUse = () => board.contains(document.activeElement);

async function look() {
  if (document.hidden || isInUse() || failures >= MOST_FAILURES || Date.now() - last < every) return;
  last = Date.now();
  try {
    const answer = await fetch(board.dataset.live, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text());
    failures = 0;
  } catch {
    failures += 1; // the network or the server is away, or the session has ended: there is still the link
  }
}

// Nothing moves: what was opened stays open, and the page stays where it was read.
function show(text) {
  if (isInUse()) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const details of board.querySelectorAll("details[id][open]")) {
    fresh.getElementById(details.id)?.setAttribute("open", "");
  }
  const top = scrollY;
  board.replaceChildren(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
  scrollTo({ top, behavior: "instant" });
}

if (every) {
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}
