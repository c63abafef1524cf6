import { isOpaque } from "../inputs";
import { type Findings, member } from "../read/findings";
import { isAbsent, isObject, property } from "../read/reader";

type Raw = Readonly<Record<string, unknown>>;

/** What a container that ships with this package does: it ends when it is done, or goes on as long as the machine. */
interface Shipped {
    readonly key: readonly string[];
    readonly stays: boolean;
    readonly advice: string;
}

const onboot = "put it among onboot";

/** Refuses what ships with this package in a section where the machine would not come up, or not go down. */
export function checkSection(container: Raw, path: string, findings: Findings): void {
    const image = property(container, "image");
    const shipped = isOpaque(image) || !isObject(image) ? undefined : shippedBy(image);
    if (shipped === undefined) {
        return;
    }
    const place = shipped.key.reduce(member, member(path, "image"));
    const isService = path.startsWith("services");
    if (shipped.stays && !isService) {
        findings.reject(place, `makes it a service, which goes on as long as the machine: ${shipped.advice}`);
    } else if (!shipped.stays && isService && isStartedAgain(container)) {
        findings.reject(place, `ends when it is done, and as a service would be started again: ${shipped.advice}`);
    }
}

/** Whether it is a service that ships with this package, whatever section it is in. */
export function isShippedService(container: unknown): boolean {
    const image = isOpaque(container) || !isObject(container) ? undefined : property(container, "image");
    return !isOpaque(image) && isObject(image) && shippedBy(image)?.stays === true;
}

function shippedBy(image: Raw): Shipped | undefined {
    if (["persistent-disk", "metadata"].includes(String(property(image, "component")))) {
        return { key: [], stays: false, advice: onboot };
    }
    if (property(image, "type") !== "builtin") {
        return undefined;
    }
    switch (property(image, "name")) {
        case "dhcp":
            return property(image, "renew") === true
                ? { key: ["renew"], stays: true, advice: "put it among services, or leave renew out" }
                : { key: [], stays: false, advice: `${onboot}, or add renew: true, which keeps the lease` };
        case "private-names":
            return { key: [], stays: true, advice: "put it among services" };
        case "private-network":
        case "static-address":
            return { key: [], stays: false, advice: onboot };
        default:
            return undefined;
    }
}

/** With another `restart` its end makes it ready. */
function isStartedAgain(container: Raw): boolean {
    const restart = property(container, "restart");
    return isAbsent(restart) || restart === "always";
}
