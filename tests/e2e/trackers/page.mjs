// A page with one tracker: `?tracker=` names it, and `&then=` what is done with it once it runs. It says in its title
// which id the library reports of the browser by its own API, or that there is none.

import { createInstance } from '@adobe/alloy';
import * as amplitude from '@amplitude/analytics-browser';
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
import { AnalyticsBrowser } from '@segment/analytics-next';
import { clearUserData, newTracker, setUserId, trackPageView } from '@snowplow/browser-tracker';
import mixpanel from 'mixpanel-browser';
import posthog from 'posthog-js';

// A person's id that could be taken for a browser's.
const PERSON = '5a5a5a5a-1b2c-4d3e-8f90-5a5a5a5a5a5a';
// Nothing is listening there but the server of this page.
const HERE = location.origin;

const TRACKERS = {
  async segment() {
    const [analytics] = await AnalyticsBrowser.load({ writeKey: 'key', cdnSettings: { integrations: {} } });
    return { id: () => analytics.user().anonymousId(), identify: () => analytics.identify(PERSON), reset: () => analytics.reset() };
  },

  async snowplow(anonymousTracking = false) {
    const tracker = newTracker('sp', HERE, { anonymousTracking });
    trackPageView();
    return { id: () => tracker.getDomainUserId(), identify: () => setUserId(PERSON), reset: () => (clearUserData(), trackPageView()) };
  },

  // It keeps the sessions that it was asked for, and has no id of the visitor.
  async anonymous() {
    return this.snowplow({ withSessionTracking: true });
  },

  async posthog() {
    const options = { api_host: HERE, autocapture: false, advanced_disable_flags: true, disable_session_recording: true, disable_external_dependency_loading: true };
    posthog.init('phc_test', { ...options, opt_out_useragent_filter: true });
    return { id: () => posthog.get_property('$device_id'), identify: () => posthog.identify(PERSON), reset: () => posthog.reset(true) };
  },

  async amplitude() {
    await amplitude.init('0123456789abcdef', { serverUrl: `${HERE}/events`, autocapture: false, remoteConfig: { fetchRemoteConfig: false } }).promise;
    return { id: () => amplitude.getDeviceId(), identify: () => amplitude.setUserId(PERSON), reset: () => amplitude.reset(), refuse: () => amplitude.setOptOut(true) };
  },

  async mixpanel() {
    mixpanel.init('token', { api_host: HERE, persistence: 'cookie' });
    return { id: () => mixpanel.get_property('$device_id'), identify: () => mixpanel.identify(PERSON), reset: () => mixpanel.reset() };
  },

  async rudderstack(encryption = { version: 'v3' }) {
    const analytics = new RudderAnalytics();
    const config = { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } };
    const source = { id: 'id', name: 'name', writeKey: 'key', enabled: true, connections: [], destinations: [], dataplanes: {}, config };
    analytics.load('key', HERE, { configUrl: HERE, getSourceConfig: () => ({ source }), storage: { encryption } });
    await new Promise((ready) => analytics.ready(ready));
    return { id: () => analytics.getAnonymousId(), identify: () => analytics.identify(PERSON), reset: () => analytics.reset(true) };
  },

  // The Web SDK speaks to its servers over TLS only. This page answers in their place with an ECID of theirs; the SDK
  // writes the cookie of the ID service, and reports the ECID.
  async adobe() {
    const handle = [{ type: 'identity:result', payload: [{ id: '85842471718954109183320233568569514978', namespace: { code: 'ECID' } }] }];
    window.answer = async () => new Response(JSON.stringify({ requestId: 'id', handle }), { headers: { 'content-type': 'application/json' } });
    const alloy = createInstance({ name: 'alloy' });
    await alloy('configure', { datastreamId: 'id', orgId: '7742037254C95E840A4C98A6@AdobeOrg', edgeDomain: location.hostname, idMigrationEnabled: true, clickCollectionEnabled: false });
    const { identity } = await alloy('getIdentity');
    return { id: () => identity.ECID };
  },
};

async function run() {
  const asked = new URLSearchParams(location.search);
  const tracker = await TRACKERS[asked.get('tracker')]();
  await tracker[asked.get('then')]?.();
  // Some libraries write a moment later.
  for (let quiet = 0, last = ''; quiet < 6; quiet += 1) {
    if (document.cookie !== last) quiet = 0;
    last = document.cookie;
    await new Promise((later) => setTimeout(later, 50));
  }
  return { id: (await tracker.id()) || null, cookies: document.cookie };
}

run().catch((error) => ({ error: String(error) })).then((found) => {
  document.title = JSON.stringify(found);
});
