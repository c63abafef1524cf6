import type { Identity } from "./handler";
import { labels, ownershipLabels } from "./labels";

/** What a program calls a resource: the last part of its URN. */
export function nameOf({ urn }: Pick<Identity, "urn">): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** What errors call a resource's type: `image` of `dynamic/linuxkit/aws:Image`. */
export function kindOf({ urn }: Pick<Identity, "urn">): string {
    const type = urn.slice(0, urn.lastIndexOf("::"));
    return type.slice(type.lastIndexOf(":") + 1).toLowerCase();
}

/** `the image "redis-os"` */
export function called(identity: Pick<Identity, "urn">): string {
    return `the ${kindOf(identity)} "${nameOf(identity)}"`;
}

/** What every label of a resource is found by. */
export function identityLabel({ identity }: { readonly identity: Identity }): string {
    return ownershipLabels(identity)[labels.identity] as string;
}
