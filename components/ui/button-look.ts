import { cva, type VariantProps } from "class-variance-authority";

/** The classes of a button: also of what is no Button but looks like one. */
export const buttonLook = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors aria-disabled:opacity-55 data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-accent bg-accent text-on-accent not-data-disabled:hover:border-accent-hover not-data-disabled:hover:bg-accent-hover",
        secondary: "border-line bg-surface text-ink not-data-disabled:hover:border-line-strong not-data-disabled:hover:bg-hover",
        ghost: "border-transparent bg-transparent text-ink-soft not-data-disabled:hover:bg-hover not-data-disabled:hover:text-ink",
        danger: "border-bad bg-bad text-on-bad not-data-disabled:hover:opacity-90",
        "danger-outline": "border-line bg-surface text-bad not-data-disabled:hover:border-bad not-data-disabled:hover:bg-bad-soft",
      },
      size: {
        small: "touch-target h-7 px-2 text-xs pointer-coarse:h-9 pointer-coarse:px-3",
        medium: "h-8 px-3 text-sm pointer-coarse:h-11",
        large: "h-11 px-4 text-base",
        icon: "size-8 text-sm pointer-coarse:size-11",
        "icon-small": "touch-target size-7 text-xs pointer-coarse:size-9",
      },
    },
    defaultVariants: { variant: "secondary", size: "medium" },
  },
);

export type ButtonLook = VariantProps<typeof buttonLook>;
