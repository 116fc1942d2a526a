// Writes the visitor's answer into a cookie that `from = ["plain"]` reads, for consent platforms whose own storage an
// edge cannot read. It does so as soon as the platform reports the answer, and again whenever it changes. Include it in
// every page, before or after the platform's script.
(function () {
  // What has to be granted: the name of a Usercentrics service or category, an Osano category, purposes of the IAB TCF.
  var USERCENTRICS = 'Google Analytics';
  var OSANO = 'ANALYTICS';
  var TCF = [1, 8];
  var COOKIE = 'hardtack_consent';
  var DAYS = 180;

  function answer(granted) {
    var secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = COOKIE + '=' + (granted ? 'granted' : 'denied') + '; Path=/; Max-Age=' + DAYS * 86400 + '; SameSite=Lax' + secure;
  }

  // Usercentrics: version 3 has __ucCmp, version 2 has UC_UI. Defaults are marked as implicit, and are no answer.
  function readUsercentrics() {
    if (window.__ucCmp && window.__ucCmp.getConsentDetails) {
      window.__ucCmp.getConsentDetails().then(function (details) {
        var services = (details && details.services) || {};
        decide(Object.keys(services).map(function (id) {
          var service = services[id], consent = service.consent || {};
          return { names: [service.name, service.category], given: consent.given, type: consent.type };
        }));
      });
    } else if (window.UC_UI && window.UC_UI.getServicesBaseInfo) {
      Promise.resolve(window.UC_UI.getServicesBaseInfo()).then(function (services) {
        decide(services.map(function (service) {
          var consent = service.consent || {};
          return { names: [service.name, service.categorySlug], given: consent.status, type: consent.type };
        }));
      });
    }
  }

  function decide(services) {
    var asked = services.filter(function (service) { return service.names.indexOf(USERCENTRICS) >= 0; });
    var answered = asked.every(function (service) { return String(service.type).toUpperCase() !== 'IMPLICIT'; });
    if (asked.length && answered) answer(asked.every(function (service) { return service.given === true; }));
  }

  ['UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT', 'UC_CONSENT', 'ucEvent'].forEach(function (event) {
    window.addEventListener(event, readUsercentrics);
  });
  readUsercentrics();

  // Osano tells an answer when the visitor saves it. What it holds before that are defaults.
  function watchOsano() {
    if (!window.Osano || !window.Osano.cm || !window.Osano.cm.addEventListener) return false;
    window.Osano.cm.addEventListener('osano-cm-consent-saved', function (consent) {
      if (consent && (consent[OSANO] === 'ACCEPT' || consent[OSANO] === 'DENY')) answer(consent[OSANO] === 'ACCEPT');
    });
    return true;
  }

  // Sourcepoint, and every other platform that speaks the IAB's TCF.
  function watchTcf() {
    if (typeof window.__tcfapi !== 'function') return false;
    window.__tcfapi('addEventListener', 2, function (data, success) {
      if (!success || !data || !data.purpose) return;
      if (data.eventStatus !== 'useractioncomplete' && data.eventStatus !== 'tcloaded') return;
      if (data.gdprApplies === false) return;
      answer(TCF.every(function (purpose) { return data.purpose.consents[purpose] === true; }));
    });
    return true;
  }

  [watchOsano, watchTcf].forEach(function (watch) {
    var tries = 0;
    (function again() {
      if (!watch() && (tries += 1) < 40) setTimeout(again, 250);
    })();
  });
})();
