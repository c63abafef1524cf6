import type { Call } from "./call.ts";
import type { RegionSettings } from "./tables.ts";

/** Settings of the caller's account in its region, to be changed in place. */
export function regionSettings({ world, account, region }: Call): RegionSettings {
    const id = `${account}/${region}`;
    const settings = world.tables.regions.get(id) ?? { id, encryptionByDefault: false };
    world.tables.regions.set(id, settings);
    return settings;
}

export function encryptionByDefault(call: Call): boolean {
    return regionSettings(call).encryptionByDefault;
}

/** The key that AWS keeps for the account: what it encrypts cannot be shared. */
export function defaultKey({ account, region }: Pick<Call, "account" | "region">): string {
    return `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-0000000000eb`;
}
