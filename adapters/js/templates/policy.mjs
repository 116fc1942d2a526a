// The policy of this build: the cookie {cookie}, {domains}. hardtack {version}.

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash = '{hash}';

export const policy = Uint8Array.from(atob('{policy}'), (byte) => byte.charCodeAt(0));
