"use client";

import { Grid3x3, Rows3, ZoomIn, ZoomOut } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { PlainSelect } from "#components/ui/plain-select.tsx";
import type { ZoomKey } from "./matrix-grid.tsx";
import { type Grouping, groupingNames } from "./matrix-groups.ts";

interface MatrixToolbarProps {
  readonly groupings: readonly Grouping[];
  readonly by: Grouping;
  readonly onGroup: (by: Grouping) => void;
  readonly asTable: boolean;
  readonly onTable: (asTable: boolean) => void;
  /** Null where there are no cells to zoom. */
  readonly zoom: { readonly canGrow: boolean; readonly canShrink: boolean; readonly isFit: boolean; readonly onZoom: (key: ZoomKey) => void } | null;
}

/** How the matrix is arranged. */
export function MatrixToolbar({ groupings, by, onGroup, asTable, onTable, zoom }: MatrixToolbarProps) {
  return (
    <div className="ml-auto flex items-center gap-1">
      {groupings.length > 1 ? (
        <div className="w-28">
          <PlainSelect
            aria-label="Group instances by"
            className="h-7 pointer-coarse:h-9 text-xs"
            value={by}
            onValueChange={onGroup}
            options={groupings.map((value) => ({ value, label: `By ${groupingNames[value].toLowerCase()}` }))}
          />
        </div>
      ) : null}
      {zoom ? (
        <>
          <Button
            size="icon-small"
            variant="ghost"
            aria-label="Smaller cells"
            disabledReason={zoom.canShrink ? null : "These are the smallest cells."}
            onClick={() => zoom.onZoom("-")}
          >
            <ZoomOut aria-hidden />
          </Button>
          <Button
            size="icon-small"
            variant="ghost"
            aria-label="Larger cells"
            disabledReason={zoom.canGrow ? null : "These are the largest cells."}
            onClick={() => zoom.onZoom("+")}
          >
            <ZoomIn aria-hidden />
          </Button>
          {zoom.isFit ? null : (
            <Button size="small" variant="ghost" onClick={() => zoom.onZoom("0")}>
              Fit
            </Button>
          )}
        </>
      ) : null}
      <Button size="small" variant="ghost" onClick={() => onTable(!asTable)}>
        {asTable ? <Grid3x3 aria-hidden /> : <Rows3 aria-hidden />}
        {asTable ? "View as matrix" : "View as table"}
      </Button>
    </div>
  );
}
