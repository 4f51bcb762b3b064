/** Copy buttons: they only show where copying works; the text can always be selected instead. */
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent ?? "");
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copying was refused";
    }
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2_000);
  });
}
