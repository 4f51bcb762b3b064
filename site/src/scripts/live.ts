/**
 * Follows a running crawl: asks the API how far it is and, when that changed, takes the parts marked `data-live`
 * from the page as the server draws it now. So there is one drawing of progress, and none here.
 */
const EVERY_MS = 1_500;

interface Answer {
  run?: { finishedAt?: string };
}

async function follow(): Promise<void> {
  let last = "";
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    try {
      const text = await (await fetch("/api/v1/progress", { cache: "no-cache" })).text();
      if (text === last) continue;
      last = text;
      await redraw();
      const { run }: Answer = JSON.parse(text);
      if (!run || run.finishedAt) return;
    } catch {
      // The server is being restarted or is gone; asking again is all there is to do.
    }
  }
}

async function redraw(): Promise<void> {
  const html = await (await fetch(location.href, { cache: "no-cache" })).text();
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${part.getAttribute("data-live")}"]`);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const open = [...part.querySelectorAll("details")].map((details) => details.open);
    const focused = part.contains(document.activeElement)
      ? document.activeElement?.getAttribute("href")
      : undefined;
    part.replaceChildren(...next.childNodes);
    part.querySelectorAll("details").forEach((details, index) => {
      details.open = open[index] ?? details.open;
    });
    if (focused) part.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

if (document.querySelector('[data-running="true"]')) void follow();
