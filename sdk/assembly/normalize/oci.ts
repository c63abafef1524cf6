import { isOpaque } from "../inputs";
import { shown } from "../read/findings";
import { isObject, oneOf, property, type Reader, text } from "../read/reader";
import { defaulted, required, shape } from "../read/shape";
import type { OciSource } from "../spec";
import { parseReference, referenceForm } from "./reference";

const reference: Reader<string> = (value, path, findings) => {
    if (isOpaque(value)) {
        return findings.defer();
    }
    if (typeof value !== "string") {
        return findings.reject(path, `must be ${referenceForm}, not ${shown(value)}`);
    }
    const parsed = parseReference(value);
    return "reference" in parsed
        ? parsed.reference
        : findings.reject(path, `${shownReference(value)} ${parsed.problem}`);
};

/** What comes before an "@" that no digest follows may be a password. */
function shownReference(value: string): string {
    return /@(?!sha)/.test(value) ? "the reference" : shown(value);
}

const type = required(oneOf(["oci"]), '"oci"');

const registryImage = shape("an image of a registry", {
    type,
    from: required(oneOf(["registry"]), '"registry"'),
    reference: required(reference, referenceForm),
    update: defaulted(oneOf(["recorded", "always"]), "recorded"),
});

const path: Reader<string> = text(
    { what: 'a path, such as "./redis.tar"' },
    (value) => value !== "" && !value.includes("\0"),
);

const name: Reader<string> = text(
    { what: 'the name of an image, such as "redis:7-alpine"' },
    (value) => !/[\s\0]/.test(value),
);

/** Files of this machine are read each time, as folders are. */
function localImage(what: string, from: "layout" | "archive"): Reader<OciSource> {
    const read = shape(what, {
        type,
        from: required(oneOf([from]), JSON.stringify(from)),
        path: required(path, "where it lies"),
        reference: defaulted(name, ""),
    });
    return (value, place, findings) => {
        const found = read(value, place, findings);
        return found && { ...found, update: "always" };
    };
}

const readers: Readonly<Record<OciSource["from"], Reader<OciSource>>> = {
    registry: registryImage,
    layout: localImage("an OCI layout", "layout"),
    archive: localImage("an archive of docker save", "archive"),
};
const from: Reader<OciSource["from"]> = oneOf(["registry", "layout", "archive"]);

/** An image: a string is the reference of one in a registry. */
export const ociSource: Reader<OciSource> = (value, place, findings) => {
    if (typeof value === "string") {
        const found = reference(value, place, findings);
        return found === undefined
            ? undefined
            : { type: "oci", from: "registry", reference: found, update: "recorded" };
    }
    if (!isObject(value)) {
        return findings.reject(place, `must be ${referenceForm}, not ${shown(value)}`);
    }
    const kind = from(property(value, "from"), `${place}.from`, findings);
    return kind && readers[kind](value, place, findings);
};
