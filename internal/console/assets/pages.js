// What the pages do beyond plain links and forms. Each of these is a comfort: without it
// the same is done by a page.
'use strict';

(() => {
  const $ = (selector, within) => (within || document).querySelector(selector);

  // A one-time token travels behind the # of a link, which no server or log sees.
  const takeToken = () => {
    const token = $('input[data-from-fragment]');
    if (!token || location.hash.length < 2) return;
    token.value = decodeURIComponent(location.hash.slice(1));
    const field = token.closest('.field');
    if (field) field.hidden = true;
    history.replaceState(null, '', location.pathname + location.search);
  };
  takeToken();
  window.addEventListener('hashchange', takeToken); // the link was opened on this very page

  // The list of what is wrong is read out first.
  const faults = $('[data-focus]');
  if (faults) faults.focus();

  // A dialog shows the page that a link leads to: what will happen, and the form that does it.
  const dialog = () => {
    let shown = $('#dialog');
    if (!shown) {
      shown = document.createElement('dialog');
      shown.id = 'dialog';
      shown.setAttribute('aria-labelledby', 'dialog-title');
      document.body.append(shown);
      shown.addEventListener('click', (event) => {
        if (event.target === shown || event.target.closest('[data-close]')) {
          event.preventDefault();
          shown.close();
        }
      });
    }
    return shown;
  };
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('a[data-dialog]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { 'X-Fragment': 'main' }, credentials: 'same-origin' });
      if (!answer.ok || answer.redirected) throw new Error();
      const shown = dialog();
      shown.innerHTML = await answer.text();
      const title = $('.ask-title, h1, h2', shown);
      if (title) title.id = 'dialog-title';
      shown.showModal();
      const first = $('[autofocus], input:not([type=hidden]), textarea, select', shown) || $('button, a', shown);
      if (first) first.focus();
    } catch {
      location.href = link.href;
    }
  });

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button[data-copy]');
    if (!button) return;
    const from = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.value || from.textContent);
      const was = button.textContent;
      button.textContent = button.dataset.done || '✓';
      setTimeout(() => { button.textContent = was; }, 1500);
    } catch { /* it can be selected by hand */ }
  });

  // A form is sent once.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'true';
    const button = event.submitter;
    if (button) button.classList.add('busy');
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.forms) { delete form.dataset.sent; }
    for (const button of document.querySelectorAll('.busy')) button.classList.remove('busy');
  });

  // Only one menu is open, and Escape closes it.
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // Keys: / searches; elements with data-key are pressed by their key.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      const menu = $('details.menu[open]');
      if (menu) { menu.open = false; $('summary', menu).focus(); }
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || $('dialog[open]')) return;
    if (event.target.closest('input, textarea, select, [contenteditable]')) return;
    if (event.key === '/') {
      const search = $('#search');
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    for (const target of document.querySelectorAll('[data-key]')) {
      if (target.dataset.key === event.key) {
        event.preventDefault();
        if (target.matches('input, textarea, select')) target.focus(); else target.click();
        return;
      }
    }
  });

  // A choice in a filter is made at once.
  document.addEventListener('change', (event) => {
    const form = event.target.form;
    if (form && form.matches('[data-auto]')) form.requestSubmit();
  });
})();
