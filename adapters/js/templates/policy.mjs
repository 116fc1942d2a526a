// The policy of this build: the cookie {cookie}, {domains}. hardtack {version}.

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash = '{hash}';

/** The headers that no client may send: known even where the engine cannot be made. */
export const reserved = {reserved};

export const policy = Uint8Array.from(atob('{policy}'), (byte) => byte.charCodeAt(0));
