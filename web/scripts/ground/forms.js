// What forms and buttons do more where there is script: nothing depends on it.

/** What is chosen in such a list is sent at once; a button that nothing else needs is for browsers without script. */
export function submitOnChange() {
  for (const select of document.querySelectorAll("select[data-submits]")) {
    if (!(select instanceof HTMLSelectElement)) continue;
    select.addEventListener("change", () => select.form?.requestSubmit());
  }
  // Where the style sheet cannot tell whether scripts run.
  for (const button of document.querySelectorAll("[data-scriptless]")) {
    if (button instanceof HTMLElement) button.hidden = true;
  }
}

/** A form that comes back with wrong fields begins at what sums them up, else at the first of them. */
export function firstWrongField() {
  const field = document.querySelector("[data-error-summary]") ?? document.querySelector("[aria-invalid=true]");
  if (field instanceof HTMLElement) field.focus();
}

/** A button beside what is to be copied; where copying is not allowed it stays away. */
export function offerCopies() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copies]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copies ?? "");
      if (!text) return;
      // Where copying is refused after all, it is at least chosen.
      getSelection()?.selectAllChildren(text);
      await navigator.clipboard.writeText(text.textContent ?? "");
      button.textContent = button.dataset.copied ?? name;
      setTimeout(() => (button.textContent = name), 2000);
    });
  }
}
