import { buildSchema, type GraphQLSchema } from 'graphql';

/**
 * The part of the admin interface that a stock and price export needs (CloudCart API 7.6). Inputs are snake_case, outputs
 * camelCase, money is decimal, ids are numbers.
 * @param fractions whether quantities may have decimals: documented as whole, tried by nobody (U-51).
 */
export function adminSchema(fractions: boolean): GraphQLSchema {
  return buildSchema(`
    type Query {
      "A product with its variants; null when it is not there."
      product(id: Int!): Product
      "Products a page at a time, by id."
      products(first: Int = 20, after: String, sku: String, barcode: String): ProductConnection!
    }

    type Product { id: Int! name: String! tracking: Boolean! continueSelling: Boolean! variants: VariantConnection! }
    type ProductConnection { edges: [ProductEdge!]! pageInfo: PageInfo! }
    type ProductEdge { cursor: String! node: Product! }
    type PageInfo { hasNextPage: Boolean! endCursor: String }
    type Variant { id: Int! sku: String barcode: String price: Float quantity: Float }
    type VariantConnection { edges: [VariantEdge!]! }
    type VariantEdge { node: Variant! }

    type UserError { field: [String!] message: String! }
    type VariantsPayload { variants: [Variant!]! userErrors: [UserError!]! }
    type ProductsPayload { products: [Product!]! userErrors: [UserError!]! }

    input ProductVariantsBulkInput {
      id: Int!
      price: Float
      quantity: ${fractions ? 'Float' : 'Int'}
      sku: String
      barcode: String
      weight: Int
    }
    enum BulkQuantityAction { add set }
    input BulkQuantityInput { ids: [Int!]! action: BulkQuantityAction! quantity: ${fractions ? 'Float' : 'Int'}! }
    input BulkPriceInput { ids: [Int!]! price: Float! }
    input BulkSellingStatusInput { ids: [Int!]! continueSelling: Boolean! }

    type Mutation {
      "Different values for variants of one product, 500 at most."
      productVariantsBulkUpdate(productId: Int!, variants: [ProductVariantsBulkInput!]!): VariantsPayload!
      "One number for variants of any products: set, or added; never below zero."
      productVariantsBulkUpdateQuantity(input: BulkQuantityInput!): VariantsPayload!
      productVariantsBulkUpdatePrice(input: BulkPriceInput!): VariantsPayload!
      productVariantsBulkUpdateSellingStatus(input: BulkSellingStatusInput!): VariantsPayload!
      productsBulkActivateTracking(ids: [Int!]!, quantity: Int): ProductsPayload!
      productsBulkDeactivateTracking(ids: [Int!]!): ProductsPayload!
    }
  `);
}
