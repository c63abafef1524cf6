import { port } from "./normalize/leaves";
import type { Findings } from "./read/findings";
import { isAbsent, isObject, leaf, property } from "./read/reader";
import { required, shape } from "./read/shape";

/** A program of the machine that takes a TCP connection. */
export interface TcpReadiness {
    /** Port on the machine, 1 to 65535. */
    readonly tcp: number;
}

/** What says that a machine of an image is ready: a line on its console, that it runs, or a port. */
export type Readiness = "console" | "running" | TcpReadiness;

type Raw = Readonly<Record<string, unknown>>;

const place = "readiness";
const words = ["console", "running"] as const;
const word = leaf({ what: '"console", "running" or { tcp: 22 }' }, (value) => words.find((each) => each === value));
const tcp = shape("a readiness", { tcp: required(port, "{ tcp: 22 } is a port on the machine") });

/**
 * An image's readiness, the default where none is given; undefined when it is wrong or not known yet, as the findings say.
 *
 * @param components of the image's assembly, by their keys
 */
export function readReadiness(value: unknown, components: Raw, findings: Findings): Readiness | undefined {
    if (isAbsent(value)) {
        return defaultReadiness(components);
    }
    const readiness = (isObject(value) ? tcp : word)(value, place, findings);
    if (readiness === "console" && !hasBase(components)) {
        return findings.reject(
            place,
            '"console" is for the line that debian.base() prints, which this assembly\'s init does not hold: use "running" or { tcp: 22 } with a port that its services listen on, or add debian.base() to init',
        );
    }
    return readiness;
}

/** The readiness in an image's declaration; earlier versions recorded none. */
export function readinessOf(image: Raw, components: Raw): Readiness {
    return (image[place] as Readiness | undefined) ?? defaultReadiness(components);
}

function defaultReadiness(components: Raw): Readiness {
    return hasBase(components) ? "console" : "running";
}

/** Names of components and kinds of sources are plain, so this is known before anything else of them. */
function hasBase(components: Raw): boolean {
    return Object.entries(components).some(([key, component]) => {
        const image = key.startsWith("init.") && isObject(component) ? property(component, "image") : undefined;
        return isObject(image) && property(image, "type") === "debian" && property(image, "role") === "base";
    });
}
