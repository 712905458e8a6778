/** What a browser is asked to show and to play, which a test cannot see or hear. */

/**
 * Runs in the page before anything of it: writes every notification and the pitch of every tone down, and lets the story
 * say whether the person looks (`is_looking`).
 */
export const listen = () => {
  const page = /** @type {any} */ (window);
  page.shown = [];
  page.pitches = [];
  page.is_looking = true;
  document.hasFocus = () => page.is_looking;
  const Shown = window.Notification;
  window.Notification = class extends Shown {
    /** @param {string} title @param {NotificationOptions} [options] */
    constructor(title, options) {
      super(title, options);
      page.shown.push(this);
    }
  };
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (when) {
    page.pitches.push(this.frequency.value);
    start.call(this, when);
  };
};
