// Tells the page that frames an onboarding page what is shown: only if it asks, and only one
// whose origin the platform named.
'use strict';

(() => {
  if (window.parent === window) return;
  const shown = document.body.dataset;
  const allowed = (shown.framers || '').split(' ').filter(Boolean);
  window.addEventListener('message', (event) => {
    const data = event.data;
    if (event.source !== window.parent || !allowed.includes(event.origin)) return;
    if (!data || data.tenantry !== 'onboarding') return;
    const height = document.body.scrollHeight;
    event.source.postMessage({ tenantry: 'onboarding', state: shown.state, height }, event.origin);
  });
})();
