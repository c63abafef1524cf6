import type { DebianSource } from "../../../sdk/assembly/spec";
import type { EntryStream } from "../tree/entry";
import { packagedEntries } from "./packaged";
export function baseEntries(_source: DebianSource): EntryStream {
    return packagedEntries("rootfs");
}
