/** How a resource reaches AWS, as the stack's configuration says; credentials come from the SDK's own chain. */
export interface Connection {
    /** Of the SDK's configuration files. */
    readonly profile?: string;
    /** Roles to assume, each with the credentials of the one before. */
    readonly assumeRoles?: readonly AssumedRole[];
    readonly endpoints?: Endpoints;
}

export interface AssumedRole {
    readonly roleArn: string;
    readonly sessionName?: string;
    readonly externalId?: string;
    readonly durationSeconds?: number;
}

export interface Endpoints {
    readonly ec2?: string;
    readonly ebs?: string;
    readonly s3?: string;
    readonly sts?: string;
}
