// <tenantry-onboarding src="LINK"> shows the pages of an onboarding link in a frame. It says
// by events what happens there: "step" when a page is shown, "completed" and "over". The
// event proves nothing: read the customer's planStatus from your server.
'use strict';

(() => {
  const home = new URL(document.currentScript.src).origin;

  class TenantryOnboarding extends HTMLElement {
    static observedAttributes = ['src'];

    connectedCallback() {
      this.hear = (event) => {
        const data = event.data;
        if (event.origin !== home || !this.frame || event.source !== this.frame.contentWindow) return;
        if (!data || data.tenantry !== 'onboarding') return;
        if (data.height > 0) this.frame.style.height = `${Math.min(data.height, 20000)}px`;
        const name = { opened: 'step', completed: 'completed', expired: 'over', ended: 'over' }[data.state];
        if (name) this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { state: data.state } }));
      };
      window.addEventListener('message', this.hear);
      this.show();
    }

    disconnectedCallback() {
      window.removeEventListener('message', this.hear);
      if (this.frame) this.frame.remove();
      this.frame = null;
    }

    attributeChangedCallback() {
      if (this.isConnected) this.show();
    }

    show() {
      if (this.frame) this.frame.remove();
      this.frame = null;
      const src = this.getAttribute('src');
      if (!src) return;
      const link = new URL(src, document.baseURI);
      if (link.origin !== home) throw new Error(`the link must lead to ${home}, where this script is from`);
      const frame = document.createElement('iframe');
      frame.title = this.getAttribute('title') || 'Onboarding';
      frame.referrerPolicy = 'no-referrer';
      frame.style.cssText = 'display:block;width:100%;min-height:36rem;border:0';
      frame.addEventListener('load', () => frame.contentWindow.postMessage({ tenantry: 'onboarding' }, home));
      frame.src = link.href;
      this.frame = frame;
      this.append(frame);
    }
  }

  if (!customElements.get('tenantry-onboarding')) customElements.define('tenantry-onboarding', TenantryOnboarding);
})();
