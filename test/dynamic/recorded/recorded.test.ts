import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as dynamic from "../../../providers/dynamic";
import type { Properties } from "../../../providers/lifecycle/handler";
import { temporaryFolder } from "../../support/folder";

/** A resource of a stack's state. */
interface Recorded {
    readonly type: string;
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
}

/**
 * State as the first version that had AWS recorded it, of program.ts, but for the shims' text: by `pulumi stack export` of a
 * real `pulumi up`, the machine's by its handler. What a later version is to take without a change stays as it is.
 */
const recorded = JSON.parse(readFileSync(path.join(__dirname, "state.json"), "utf8")) as Readonly<
    Record<string, Recorded>
>;

interface Declared {
    readonly name: string;
    readonly type: string;
    readonly inputs: Properties;
}

/** As `state.json` calls it. */
const keyOf = ({ type, name }: Pick<Declared, "type" | "name">): string =>
    `${type.slice(type.lastIndexOf("/") + 1)} ${name}`;

const declared: Declared[] = [];
const folder = temporaryFolder();
const before = { ...process.env };

beforeEach(() => {
    const store = folder();
    Object.assign(process.env, { XDG_CACHE_HOME: store, XDG_STATE_HOME: store, AWS_EC2_METADATA_DISABLED: "true" });
});
afterEach(() => {
    process.env = { ...before };
});

beforeAll(async () => {
    pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1" });
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                const { __provider: _, ...own } = inputs as Properties;
                declared.push({ type, name, inputs: own });
                const known = recorded[keyOf({ type, name })];
                return { id: known?.id ?? name, state: { ...(known?.outputs ?? own) } };
            },
            call: ({ inputs }) => inputs as Properties,
        },
        "redis-os",
        "test",
        false,
        "organization",
    );
    const { resources } = await import("./program.ts");
    await Promise.all(resources.map(({ urn }) => new Promise((resolve) => void urn.apply(resolve))));
});

/**
 * Files of this package that go into images are another version's when this one's are different, and the digest with them:
 * that is a change that a preview is to show.
 */
function withOwnFiles(olds: Properties, news: Properties): Properties {
    const replaced = replaceOwn(olds, news) as Properties;
    const isSame = JSON.stringify(replaced) === JSON.stringify(olds);
    return isSame ? olds : { ...replaced, digest: news["digest"] };
}

function replaceOwn(old: unknown, now: unknown): unknown {
    if (typeof old !== "object" || old === null || Array.isArray(old)) {
        return old;
    }
    const beside = (now ?? {}) as Properties;
    return Object.fromEntries(
        Object.entries(old).map(([key, value]) => [
            key,
            key === "own" && typeof beside[key] === "string" ? beside[key] : replaceOwn(value, beside[key]),
        ]),
    );
}

test("the program declares what is recorded, one of each type at least", () => {
    const keys = declared.filter(({ type }) => type.includes("dynamic")).map(keyOf);
    expect(keys.toSorted()).toEqual(Object.keys(recorded).toSorted());
});

test.each(Object.entries(recorded))("state of %s that an earlier version recorded previews clean", async (key, old) => {
    const { type, inputs: news } = declared.find((each) => keyOf(each) === key) as Declared;
    const handler = type.slice(type.indexOf("dynamic/") + "dynamic/".length);
    const { inputs, failures } = await dynamic.check(handler, old.inputs, news);
    expect(failures).toEqual([]);
    const diff = await dynamic.diff(handler, old.id, withOwnFiles(old.outputs, inputs), inputs);
    expect(diff).toMatchObject({ changes: false, replaces: [] });
});
