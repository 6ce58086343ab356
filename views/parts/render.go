package parts

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Each struct below is a templ component: its view method is written in the .templ file of its name.

// Render draws the button.
func (b Button) Render(ctx context.Context, w io.Writer) error { return b.view().Render(ctx, w) }

// Render draws the link.
func (l LinkButton) Render(ctx context.Context, w io.Writer) error { return l.view().Render(ctx, w) }

// Render draws the button that opens a dialog.
func (o DialogOpener) Render(ctx context.Context, w io.Writer) error { return o.view().Render(ctx, w) }

// Render draws the pill.
func (p Pill) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }

// Render draws the avatar. It is written by hand: a list has one for each row, and a template's class costs more than all the rest of it.
func (a Avatar) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, `<span class="`+a.class()+`" aria-hidden="true">`+templ.EscapeString(Initials(a.Name))+`</span>`)
	return err
}

// Render draws the avatar with the name and address.
func (p PersonCell) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }

// Render draws the time.
func (t Time) Render(ctx context.Context, w io.Writer) error { return t.view().Render(ctx, w) }

// Render draws the field.
func (f Field) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the field.
func (f TextArea) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the field.
func (f Select) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the switch.
func (f Switch) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the checkbox.
func (f Checkbox) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the group of radio buttons.
func (f RadioCards) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the choice.
func (p TickList) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }

// Render draws the summary, or nothing when nothing is wrong.
func (e FormErrors) Render(ctx context.Context, w io.Writer) error { return e.view().Render(ctx, w) }

// Render draws the breadcrumb.
func (b Breadcrumb) Render(ctx context.Context, w io.Writer) error { return b.view().Render(ctx, w) }

// Render draws the tabs.
func (t Tabs) Render(ctx context.Context, w io.Writer) error { return t.view().Render(ctx, w) }

// Render draws the search field and the filters.
func (s SearchBar) Render(ctx context.Context, w io.Writer) error { return s.view().Render(ctx, w) }

// Render draws the pager.
func (p Pager) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }

// Render draws the card with one number.
func (s Stat) Render(ctx context.Context, w io.Writer) error { return s.view().Render(ctx, w) }

// Render draws the form that collects several.
func (p Picker) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }

// Render draws the definition list.
func (d Details) Render(ctx context.Context, w io.Writer) error { return d.view().Render(ctx, w) }

// Render draws the danger zone.
func (d DangerZone) Render(ctx context.Context, w io.Writer) error { return d.view().Render(ctx, w) }

// Render draws the field with its copy button.
func (c CopyField) Render(ctx context.Context, w io.Writer) error { return c.view().Render(ctx, w) }

// Render draws the value with its copy button.
func (c CopyInline) Render(ctx context.Context, w io.Writer) error { return c.view().Render(ctx, w) }

// Render draws the code.
func (c CodeBlock) Render(ctx context.Context, w io.Writer) error { return c.view().Render(ctx, w) }

// Render draws the fingerprint in groups.
func (f Fingerprint) Render(ctx context.Context, w io.Writer) error { return f.view().Render(ctx, w) }

// Render draws the message, or nothing when there is none.
func (t Toast) Render(ctx context.Context, w io.Writer) error { return t.view().Render(ctx, w) }

// Render draws the picture.
func (g Graph) Render(ctx context.Context, w io.Writer) error { return g.view().Render(ctx, w) }

// Render draws the line of a menu.
func (m MenuItem) Render(ctx context.Context, w io.Writer) error { return m.view().Render(ctx, w) }

// Render draws the plot, or says that there is nothing to draw.
func (p Plot) Render(ctx context.Context, w io.Writer) error { return p.view().Render(ctx, w) }
