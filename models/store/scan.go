package store

import (
	"database/sql"
	"fmt"
	"reflect"

	"gorm.io/gorm"
)

// scan reads the rows of a statement into dest and says how many they are; dest is a pointer to a row struct, to a single value, or to a slice
// of either. A NULL is the empty value, and a column without a field is an error. gorm says which field a column is of; its own Scan writes the
// statement's text with its values for a log each time, written or not, and makes several values of each one that it reads.
func (u *unit) scan(dest any, statement string, args []any) (n int64, err error) {
	db := u.db.Raw(statement, bound(args)...)
	rows, err := db.Rows()
	if err != nil {
		return 0, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	into := reflect.ValueOf(dest).Elem()
	row, many := into, into.Kind() == reflect.Slice && into.Type().Elem().Kind() != reflect.Uint8
	if many {
		into.SetLen(0)
		row = reflect.New(into.Type().Elem()).Elem()
	}
	targets, err := targetsOf(db, rows, row)
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return n, err
		}
		n++
		if !many {
			break
		}
		into.Grow(1)
		into.SetLen(int(n))
		into.Index(int(n) - 1).Set(row)
	}
	return n, rows.Err()
}

// targetsOf is where the columns of rows go: to the fields of row, or to row itself.
func targetsOf(db *gorm.DB, rows *sql.Rows, row reflect.Value) ([]any, error) {
	if _, value := row.Addr().Interface().(sql.Scanner); value || row.Kind() != reflect.Struct {
		return []any{targetOf(row)}, nil
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if err := db.Statement.Parse(row.Addr().Interface()); err != nil {
		return nil, err
	}
	targets := make([]any, len(columns))
	for i, column := range columns {
		field := db.Statement.Schema.FieldsByDBName[column]
		if field == nil {
			return nil, fmt.Errorf("store: %s has no field for column %s", row.Type(), column)
		}
		targets[i] = targetOf(field.ReflectValueOf(db.Statement.Context, row))
	}
	return targets, nil
}

func targetOf(field reflect.Value) any {
	address := field.Addr()
	if scanner, ok := address.Interface().(sql.Scanner); ok {
		return scanner
	}
	switch field.Kind() {
	case reflect.String:
		return targetAs[string](address)
	case reflect.Bool:
		return targetAs[bool](address)
	case reflect.Int:
		return targetAs[int](address)
	case reflect.Int64:
		return targetAs[int64](address)
	default: // bytes and pointers, for which NULL is nil
		return address.Interface()
	}
}

func targetAs[T any](address reflect.Value) *orEmpty[T] {
	to, _ := address.Convert(reflect.TypeFor[*T]()).Interface().(*T) // of its own kind
	return &orEmpty[T]{to: to}
}

// orEmpty is a place for a value of which NULL is the empty one.
type orEmpty[T any] struct {
	to  *T
	got sql.Null[T]
}

// Scan implements sql.Scanner.
func (o *orEmpty[T]) Scan(value any) error {
	if same, ok := value.(T); ok {
		*o.to = same
		return nil
	}
	err := o.got.Scan(value)
	*o.to = o.got.V
	return err
}
