import { z } from "zod";
import { Slug } from "./names.ts";
import { grantablePermissions, roles, type Access as Shape } from "./role.ts";

const environmentsMax = 50;

export const Role = z.enum(roles, { error: "Choose viewer, operator, approver or admin." });
export type Role = z.infer<typeof Role>;

/** What one person is given, as it is asked for. */
export const Access = z.object({
  defaultRole: Role.nullable(),
  roles: z
    .record(Slug, Role.nullable())
    .refine((named) => Object.keys(named).length <= environmentsMax, { error: `Name at most ${environmentsMax} environments.` })
    .readonly(),
  granted: z
    .array(z.enum(grantablePermissions, { error: "Only command.define and freeze.override are granted by themselves." }))
    .max(grantablePermissions.length)
    .transform((granted) => [...new Set(granted)].sort())
    .readonly(),
}) satisfies z.ZodType<Shape>;
export type Access = Shape;
