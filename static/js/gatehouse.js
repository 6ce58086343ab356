// Small comforts. Every page works without this file; nothing here decides anything.
(() => {
  "use strict";

  const announce = (text) => {
    const region = document.getElementById("announcer");
    if (region) region.textContent = text;
  };

  // Copy buttons are drawn hidden, because without a script they could do nothing.
  const enhance = (root) => {
    for (const button of root.querySelectorAll("[data-copy], [data-dismiss], [data-tick-all], [data-print]")) button.hidden = false;
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    } catch {
      source.select?.();
      return;
    }
    button.classList.add("is-copied");
    announce("Copied");
    setTimeout(() => button.classList.remove("is-copied"), 1600);
  };

  // Browsers that do not know command and commandfor yet.
  const command = (button) => {
    const target = document.getElementById(button.getAttribute("commandfor"));
    if (!target) return;
    if (button.getAttribute("command") === "show-modal") target.showModal();
    if (button.getAttribute("command") === "close") target.close();
  };
  const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const copyButton = at("[data-copy]");
    if (copyButton) return void copy(copyButton);
    if (at("[data-print]")) return void print();
    const dismiss = at("[data-dismiss]");
    if (dismiss) return void dismiss.closest(dismiss.dataset.dismiss)?.remove();
    const opener = at("a[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const commander = !knowsCommands && at("button[commandfor]");
    if (commander) command(commander);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, select, textarea, dialog[open], [contenteditable]")) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // What is wrong with a new password, as it is typed. The server decides, with the code that decides when the form is sent; it keeps nothing.
  const check = async (shown) => {
    const form = shown.closest("form");
    const typed = form.elements[shown.dataset.check];
    const body = new URLSearchParams({ asked: shown.dataset.asked });
    for (const name of ["password", "current", "name", "email"]) body.set(name, form.elements[name]?.value ?? "");
    const answer = await fetch(shown.dataset.to, { method: "POST", body }).catch(() => null);
    if (!answer?.ok || typed.value !== body.get("password")) return; // more was typed meanwhile
    const broken = typed.value ? await answer.json() : [];
    shown.textContent = broken.length || !typed.value ? broken.join(" ") : shown.dataset.good;
  };
  let typing;
  document.addEventListener("input", (event) => {
    const shown = event.target.type === "password" && event.target.form?.querySelector(`[data-check="${event.target.name}"]`);
    if (!shown) return;
    clearTimeout(typing);
    typing = setTimeout(() => check(shown), 300);
  });

  // A lone change of a filter is sent at once, also when htmx is not there.
  document.addEventListener("change", (event) => {
    if (!window.htmx && event.target.matches("select[data-submit]")) event.target.form?.requestSubmit();
  });

  // One tick for all of a page, and how many there are.
  document.addEventListener("change", (event) => {
    const table = event.target.closest?.("table:has([data-tick-all])");
    if (!table) return;
    const all = table.querySelector("[data-tick-all]");
    const ticks = [...table.querySelectorAll("tbody .check")];
    if (event.target === all) for (const tick of ticks) tick.checked = all.checked;
    const n = ticks.filter((tick) => tick.checked).length;
    all.checked = n === ticks.length;
    all.indeterminate = n > 0 && n < ticks.length;
    const count = table.closest("form")?.querySelector("[data-ticked]");
    if (count) count.textContent = `${n} selected:`;
    announce(`${n} selected`);
  });

  // A button that was pressed is not pressed twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const method = event.submitter?.hasAttribute("formmethod") ? event.submitter.formMethod : form.method;
    if (method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  // Leave empty fields out of the address of a list.
  document.addEventListener("htmx:config:request", (event) => {
    const body = event.detail.ctx.request.body;
    if (event.target.matches?.("form[data-list]")) {
      for (const [name, value] of [...body]) if (value === "") body.delete(name);
    }
  });
  // A refusal, an error or a sign-in page is a page of its own, never a piece of a list.
  document.addEventListener("htmx:before:response", (event) => {
    const response = event.detail.ctx.response.raw;
    if (response.ok && !response.redirected) return;
    event.preventDefault();
    location.assign(response.redirected ? response.url : event.detail.ctx.request.action);
  });
  document.addEventListener("htmx:after:swap", () => {
    enhance(document);
    const summary = document.querySelector("[data-announce]");
    if (summary) announce(summary.dataset.announce);
    keepPicking();
  });

  // Who picks by keyboard goes on typing: the ticked one has left its place in the list.
  const keepPicking = () => {
    const query = document.querySelector(".picker [data-search]");
    if (!query || !(document.activeElement === document.body || document.querySelector(".picker .check:focus-visible"))) return;
    query.focus();
    query.select();
  };

  const start = () => {
    enhance(document);
    const wrong = document.querySelector("main [aria-invalid=true]");
    if (wrong) wrong.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
