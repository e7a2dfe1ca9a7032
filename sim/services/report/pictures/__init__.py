"""Pictures of a comparison for print: SVG from the same views that the pages draw. Readable in grey."""
