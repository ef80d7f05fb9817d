package rows

// MostCounted is where a store stops that has to count.
const MostCounted = 10_000

// Count is a number of rows. With AtLeast there are more of them, or as many.
type Count struct {
	N       int64
	AtLeast bool
}
