import fc from "fast-check";
import { stringify } from "yaml";

import { makeImage, makeLayer, type LayerEntry, type MadeImage } from "../../support/oci-image";
import { containerArbitrary } from "./generated-container";
import { file, folder, link, type Sample } from "./sample";

const SEED = 20_240_507;
const COUNT = 12;

const id = fc.constantFrom(0, 1, 33, 1000, 65_534, 2_000_000);
const mode = fc.constantFrom(0o755, 0o700, 0o644, 0o400, 0o4755, 0o1777, 0o2750);
const owner = fc.record({ mode, uid: id, gid: id, mtime: fc.integer({ min: 0, max: 2_000_000_000 }) });
const body = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
);

/** A layer brings some of a few folders, and entries below them, so that layers meet. */
function layerArbitrary(index: number, isLast: boolean): fc.Arbitrary<LayerEntry[]> {
    const leaf = (name: string): fc.Arbitrary<LayerEntry> =>
        fc.oneof(
            fc.tuple(body, owner).map(([content, of]) => file(name, content, of)),
            fc.tuple(fc.constantFrom("x", "/abs", "../up", "ü"), owner).map(([to, of]) => link(name, to, of)),
            owner.map((of) => ({ name, type: "6", ...of })),
            fc
                .tuple(owner, fc.integer({ min: 0, max: 4095 }))
                .map(([of, minor]) => ({ name, type: "3", major: 10, minor, ...of })),
        );
    const whiteout = (name: string): LayerEntry => file(`.wh.${name}`.replace(/^(\.wh\.)(.*\/)/, "$2$1"), "");
    const folders = ["bin", "etc", "srv", `own${index}`].map((name) => {
        const names = ["one", "two", "three", `only${index}`].map((each) => `${name}/${each}`);
        const entries = fc
            .tuple(...names.map((each) => fc.option(leaf(each))))
            .map((all) => all.filter((each) => each !== null));
        return fc.option(
            fc.tuple(owner, entries).map(([of, all]) => [folder(name, { ...of, mode: of.mode | 0o500 }), ...all]),
        );
    });
    const removed = isLast && index > 0 ? fc.subarray([`own${index - 1}`, "etc/only0"]) : fc.constant([]);
    return fc
        .tuple(fc.tuple(...folders), removed)
        .map(([all, gone]) => [
            ...all.flatMap((each) => each ?? []),
            ...gone.map(whiteout),
            file(`mark${index}`, String(index)),
        ]);
}

const config = fc.record(
    {
        Entrypoint: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
        Cmd: fc.array(fc.string(), { maxLength: 3 }),
        Env: fc.array(
            fc.string().map((value) => `KEY=${value}`),
            { maxLength: 2 },
        ),
        WorkingDir: fc.constantFrom("/", "/srv"),
    },
    { requiredKeys: ["Entrypoint"] },
);

const image: fc.Arbitrary<MadeImage> = fc
    .integer({ min: 1, max: 4 })
    .chain((count) =>
        fc
            .tuple(
                fc.tuple(...Array.from({ length: count }, (_, index) => layerArbitrary(index, index === count - 1))),
                config,
            )
            .map(([layers, of]) => makeImage({ layers: layers.map((entries) => makeLayer(entries)), config: of })),
    );

const fileMode = fc.constantFrom("0600", "0644", "0755", "0440");
/** Into folders that no image has: LinuxKit changes the others, which an assembly of its own shows. */
const files = fc.uniqueArray(
    fc.record(
        {
            path: fc.constantFrom("made/one", "/again/one", "opt/new/deep/file", "usr/ü b", "mark0"),
            contents: fc.string({ unit: "grapheme" }),
            mode: fileMode,
            uid: fc.constantFrom(0, 5, "s0"),
            gid: fc.constantFrom(0, 6, "b0"),
        },
        { requiredKeys: ["path", "contents"] },
    ),
    { maxLength: 4, selector: ({ path }) => path },
);

const sample = fc
    .record({
        images: fc.tuple(image, image),
        cmdline: fc.string({ unit: "grapheme-ascii" }),
        onboot: containerArbitrary,
        onshutdown: fc.option(containerArbitrary),
        services: fc.array(containerArbitrary, { minLength: 1, maxLength: 3 }),
        files,
    })
    .map(({ images, cmdline, onboot, onshutdown, services, files: given }) => ({
        images: Object.fromEntries(images.map((each, index) => [`made/generated-${index}:1`, each])),
        yaml: stringify({
            kernel: { image: "made/kernel:1", cmdline: `a ${cmdline}` },
            init: ["made/init:1", "made/generated-1:1"],
            onboot: [{ name: "b0", image: "made/generated-0:1", ...onboot }],
            ...(onshutdown === null
                ? {}
                : { onshutdown: [{ name: "d0", image: "made/generated-0:1", ...onshutdown }] }),
            services: services.map((each, index) => ({
                name: `s${index}`,
                image: `made/generated-${index % 2}:1`,
                ...each,
            })),
            files: given,
        }),
    }));

export const generatedSamples: readonly Sample[] = fc
    .sample(sample, { seed: SEED, numRuns: COUNT })
    .map((each, index) => ({ name: `generated ${index}`, ...each }));
