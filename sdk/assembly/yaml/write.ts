import { Document, isScalar, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from "yaml";
import type { AssemblyArgs } from "../assembly-args";
import { isAbsent, isObject } from "../read/reader";
import { requirePlain } from "./plain-values";
import { escapeAll, isTame, needsQuotes } from "./scalars";
import { Tagged, wordsOf } from "./words";

/**
 * An assembly as YAML.
 * @throws LinuxKitError `not-plain` where a value is an output
 */
export function writeYaml({
    architecture,
    kernel,
    init,
    onboot,
    onshutdown,
    services,
    files,
    volumes,
}: Sections): string {
    const args = { architecture, kernel, init, onboot, onshutdown, services, files, volumes };
    requirePlain(args);
    return yamlOf(wordsOf(args));
}

/** Plain values, and those under tags, as YAML. */
export function yamlOf(words: unknown): string {
    const document = new Document(null, { strict: true });
    document.contents = nodeOf(words);
    return escapeAll(document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

type Sections = Required<AssemblyArgs>;

function nodeOf(value: unknown): Node {
    if (value instanceof Tagged) {
        const node = nodeOf(value.value);
        node.tag = value.tag;
        return node;
    }
    if (Array.isArray(value)) {
        return sequence(value);
    }
    if (isObject(value)) {
        const map = new YAMLMap();
        const entries = Object.entries(value).filter(([, each]) => !isAbsent(each));
        map.items = entries.map(([key, each]) => new Pair(scalar(key), nodeOf(each)));
        map.flow = entries.length === 0;
        return map;
    }
    return scalar(value);
}

/** Lines are written as lines, whatever else is in them. */
function scalar(value: unknown): Scalar {
    const node = new Scalar(value);
    if (typeof value === "string" && (value.includes("\n") ? !isTame(value) : needsQuotes(value))) {
        node.type = Scalar.QUOTE_DOUBLE;
    }
    return node;
}

const widest = 100;

/** A short list of words goes on one line, in quotes, as in LinuxKit's examples. */
function sequence(values: readonly unknown[]): YAMLSeq {
    const list = new YAMLSeq();
    const nodes = values.map(nodeOf);
    list.items = nodes;
    const words = nodes.filter((node) => isScalar(node) && typeof node.value === "string" && node.tag === undefined);
    const width = words.reduce((sum, node) => sum + JSON.stringify((node as Scalar).value).length + 2, 0);
    if (words.length === nodes.length && width <= widest) {
        list.flow = true;
        words.forEach((node) => Object.assign(node, { type: Scalar.QUOTE_DOUBLE }));
    }
    return list;
}
