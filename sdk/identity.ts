import * as pulumi from "@pulumi/pulumi";

/**
 * Who a resource is: organization, project, stack and URN, which its handler marks what it makes with. Another one is
 * no other resource.
 *
 * @param type the token without `pulumi-nodejs:`
 */
export function identityOf(type: string, name: string, opts: pulumi.CustomResourceOptions | undefined): pulumi.Inputs {
    const urn = pulumi.createUrn(name, `pulumi-nodejs:${type}`, opts?.parent);
    return {
        organization: organization(),
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        urn: withoutDependencies(urn),
    };
}

/** Mocks of a program's own tests are seldom given an organization; backends without any call it this. */
function organization(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}

/**
 * A parent's URN depends on the parent, and with it on all its children: an input that did too would wait for its own
 * siblings, and they for it.
 */
function withoutDependencies(urn: pulumi.Output<string>): Promise<string> {
    return new Promise((resolve) => {
        urn.apply(resolve);
    });
}
