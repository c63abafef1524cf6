import { holdsUnknown } from "../../lifecycle/check";
import type { Properties } from "../../lifecycle/handler";

const missing =
    "networks: the image has no privateNetwork(), so the machine has no address on its networks: add it to onboot, unless the image sets the addresses itself";

/** What is no failure, since an image may bring a program of its own that sets them. */
export function addressNotes({ networks, image }: Properties): readonly string[] {
    const components = (image as Properties | null)?.["components"] as Properties | null | undefined;
    if (!Array.isArray(networks) || networks.length === 0 || typeof components !== "object" || components === null) {
        return [];
    }
    const images = Object.values(components).map((component) => (component as Properties | null)?.["image"]);
    return holdsUnknown(images) || images.some(setsAddresses) ? [] : [missing];
}

function setsAddresses(image: unknown): boolean {
    const { type, name } = (typeof image === "object" && image !== null ? image : {}) as Properties;
    return type === "builtin" && name === "private-network";
}
