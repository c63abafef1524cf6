import { requireNode } from "../../providers/lifecycle/node-version";

test.each(["22.15.0", "22.23.3", "24.0.0"])("Node %s is new enough", (version) => {
    expect(() => requireNode(version)).not.toThrow();
});

test.each(["20.20.2", "22.14.9"])("Node %s is named as too old, with what to do", (version) => {
    expect(() => requireNode(version)).toThrow(
        `pulumi-linuxkit needs Node 22.15 or later, this is ${version}: run it with a newer one on PATH`,
    );
});
